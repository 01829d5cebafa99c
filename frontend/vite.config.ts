import { defineConfig } from "vite";

// One script and one sheet of fixed names; Django's static files give them their hashes.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../web/static/web/calendar",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: "src/pages/calendar.ts",
      output: {
        entryFileNames: "calendar.js",
        assetFileNames: "calendar[extname]",
        codeSplitting: false,
      },
    },
  },
});

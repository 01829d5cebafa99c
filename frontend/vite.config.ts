import { defineConfig } from "vite";

// Build one script and one style sheet with fixed names; Django's static files add the hashes.
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

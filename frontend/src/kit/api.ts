// Asking the server. Everything that writes goes through its public API.
import { t } from "./config";

const LONGEST_MS = 20_000; // an answer that takes longer never comes

interface ErrorBody {
  code?: string;
  detail?: string;
  errors?: Record<string, string[]>;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: Record<string, string[]> = {},
  ) {
    super(detail);
  }

  /** Whether nobody knows if the server did what it was asked. */
  get isUnsure(): boolean {
    return this.status === 0;
  }
}

function csrfToken(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

async function ask(method: string, url: string, body?: unknown, accept = "application/json") {
  const headers: Record<string, string> = { Accept: accept };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? null : JSON.stringify(body);
  const signal = AbortSignal.timeout(LONGEST_MS);
  let answer: Response;
  try {
    answer = await fetch(url, { method, headers, body: sent, signal });
  } catch {
    throw new Refused(0, "no_answer", t("no_answer"));
  }
  if (answer.redirected || answer.status === 401) throw new Refused(401, "signed_out", t("signed_out"));
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function refusal(answer: Response): Promise<Refused> {
  const body = (await answer.json().catch(() => ({}))) as ErrorBody;
  const detail = answer.status === 404 ? t("gone") : (body.detail ?? t("server_error"));
  return new Refused(answer.status, body.code ?? "", detail, body.errors);
}

/** The body, where the line may still be cut. */
async function bodyOf<T>(body: Promise<T>): Promise<T> {
  return body.catch(() => {
    throw new Refused(0, "no_answer", t("no_answer"));
  });
}

/** The answer's JSON; null when there is nothing new (204). */
export async function read<T>(url: string): Promise<T | null> {
  const answer = await ask("GET", url);
  return answer.status === 204 ? null : bodyOf(answer.json() as Promise<T>);
}

export async function readHtml(url: string): Promise<string> {
  return bodyOf((await ask("GET", url, undefined, "text/html")).text());
}

export async function write<T>(method: "POST" | "PATCH", url: string, body: unknown): Promise<T> {
  return bodyOf((await ask(method, url, body)).json() as Promise<T>);
}

/** Why something did not work, in a sentence for staff. */
export function reason(error: unknown): string {
  if (!(error instanceof Refused)) throw error;
  const [first] = Object.values(error.errors)[0] ?? [];
  return error.code === "invalid" && first ? first : error.message;
}

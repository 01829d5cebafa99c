// Send requests to the server. All writes go through its public API.
import { t } from "./translate";

const TIMEOUT_MS = 20_000;

interface ErrorBody {
  code?: string;
  detail?: string;
  errors?: Record<string, string[]>;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: Record<string, string[]> = {},
  ) {
    super(detail);
  }

  /** Return whether the request may have been carried out: no response arrived. */
  get isOutcomeUnknown(): boolean {
    return this.status === 0;
  }
}

function getCsrfToken(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

function makeNoResponseError(): ApiError {
  return new ApiError(0, "no_answer", t("no_answer"));
}

async function sendRequest(
  method: string,
  url: string,
  data?: unknown,
  accept = "application/json",
): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (method !== "GET") headers["X-CSRFToken"] = getCsrfToken();
  if (data !== undefined) headers["Content-Type"] = "application/json";
  const body = data === undefined ? null : JSON.stringify(data);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method, headers, body, signal }).catch(() => {
    throw makeNoResponseError();
  });
  if (response.redirected || response.status === 401) throw new ApiError(401, "signed_out", t("signed_out"));
  if (!response.ok) throw await readError(response);
  return response;
}

async function readError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as ErrorBody;
  const detail = response.status === 404 ? t("gone") : (body.detail ?? t("server_error"));
  return new ApiError(response.status, body.code ?? "", detail, body.errors);
}

/** Wait for the body of a response; the connection may still be lost while it arrives. */
async function readBody<T>(body: Promise<T>): Promise<T> {
  return body.catch(() => {
    throw makeNoResponseError();
  });
}

/** Return the JSON at `url`, or null when nothing has changed (204). */
export async function readJson<T>(url: string): Promise<T | null> {
  const response = await sendRequest("GET", url);
  return response.status === 204 ? null : readBody(response.json() as Promise<T>);
}

export async function readHtml(url: string): Promise<string> {
  return readBody((await sendRequest("GET", url, undefined, "text/html")).text());
}

export async function sendJson<T>(method: "POST" | "PATCH", url: string, data: unknown): Promise<T> {
  return readBody((await sendRequest(method, url, data)).json() as Promise<T>);
}

/** Return the reason of a failed request, in a sentence for staff. */
export function describeError(error: unknown): string {
  if (!(error instanceof ApiError)) throw error;
  const [first] = Object.values(error.errors)[0] ?? [];
  return error.code === "invalid" && first ? first : error.message;
}

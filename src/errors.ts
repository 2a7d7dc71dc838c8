/** Every error the product can answer with: its HTTP status, what it means, and who can do what about it.
 *  `title` is public and complete; a `detail` given at the throw adds what is specific, never a path, SQL, a key or another user's data. */
export const errorCatalogue = {
  bad_request: { status: 400, title: 'The request is not valid.' },
  not_an_export: { status: 400, title: 'This archive cannot be brought back. Nothing was stored.' },
  weak_password: { status: 400, title: 'This password is too easy to guess. Choose another.' },
  unauthenticated: { status: 401, title: 'Sign in to continue.' },
  wrong_credentials: { status: 401, title: 'Wrong username or password.' },
  wrong_password: { status: 403, title: 'That is not your password.' },
  sign_in_again: {
    status: 403,
    title:
      'Your account has no password that could show that it is you. Sign out, sign in again, and do this within five minutes.',
  },
  second_factor_required: { status: 401, title: 'Enter the code of your authenticator app, or a recovery code.' },
  wrong_code: { status: 401, title: 'This code does not fit or was used. Wait for the next one.' },
  challenge_over: { status: 401, title: 'This sign-in took too long. Begin again with your password.' },
  not_confirmed: { status: 403, title: 'The password or the code does not fit. Nothing was changed.' },
  second_factor_missing: {
    status: 403,
    title: 'Your account must have an authenticator app. Turn it on first, under Account.',
  },
  passwords_off: {
    status: 403,
    title: 'Only administrators sign in with a password here. Use the single sign-on.',
  },
  forbidden: { status: 403, title: 'Your role does not allow this. Ask an administrator.' },
  key_scope: { status: 403, title: 'This API key may not do this.' },
  cross_site: { status: 403, title: 'This request came from another site and was refused.' },
  not_found: { status: 404, title: 'There is nothing here, or it is not yours.' },
  method_not_allowed: { status: 405, title: 'This address does not take that method.' },
  conflict: { status: 409, title: 'This conflicts with what is stored.' },
  name_taken: { status: 409, title: 'That name is already in use. Choose another.' },
  corpus_archived: { status: 409, title: 'This corpus is archived. A curator can bring it back.' },
  email_taken: { status: 409, title: 'Another person has that address. Write another, or change theirs first.' },
  on_hold: {
    status: 409,
    title: 'This must be kept for now: a legal hold is on it. An administrator can release the hold.',
  },
  held_already: { status: 409, title: 'A hold is on it already. Release that one first, or leave it.' },
  being_erased: { status: 409, title: 'This is being erased already, and cannot be held any more.' },
  preview_outdated: { status: 409, title: 'More would go than you were shown. Look at the preview again.' },
  turn_id_reused: {
    status: 409,
    title: 'This client_turn_id was used for a different message. Send the message with a new id.',
  },
  session_inactive: {
    status: 409,
    title: 'This session was ended by an administrator. It can be read, not continued.',
  },
  agent_unavailable: {
    status: 409,
    title: 'This agent is not available to you. Choose another agent, or ask an administrator for access.',
  },
  agent_changed: {
    status: 409,
    title:
      'Somebody else saved this agent meanwhile. Nothing of yours was saved; look at what changed, then save again.',
  },
  last_administrator: {
    status: 409,
    title: 'This is the last active administrator. Make another administrator first.',
  },
  only_way_in: {
    status: 409,
    title:
      'The single sign-on is your only way in: your account has no password. Ask an administrator for a link that sets one first.',
  },
  link_not_valid: { status: 410, title: 'This link does not open.' },
  gone: { status: 410, title: 'This was deleted.' },
  too_large: { status: 413, title: 'This is larger than the server accepts.' },
  unsupported_media_type: { status: 415, title: 'This type of content is not supported.' },
  too_many_requests: { status: 429, title: 'Too many requests. Wait a moment and try again.' },
  budget_exhausted: {
    status: 429,
    title: 'A budget for today is used up. Wait until it renews, or ask an administrator for more.',
  },
  provider_unavailable: {
    status: 503,
    title: 'The single sign-on does not answer. Try again in a moment, or sign in with your password.',
  },
  internal: { status: 500, title: 'Something went wrong on the server. The request id names it in the log.' },
  turn_failed: { status: 502, title: 'The turn ended without an answer. The session shows why.' },
  overloaded: { status: 503, title: 'The server is busy. Try again in a moment.' },
  store_unavailable: { status: 503, title: 'The store cannot be used at the moment.' },
  draining: { status: 503, title: 'The server is restarting. Try again in a moment.' },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

export type AppErrorOptions = {
  /** What is specific to this case, fit for the user's eyes. */
  detail?: string;
  cause?: unknown;
  /** Seconds until a retry makes sense; sent as `Retry-After`. */
  retryAfterSeconds?: number;
  /** What the client needs to go on, beside the problem's own members (RFC 9457, section 3.2). */
  members?: { challenge: string } | { document_title: string };
};

/** The one error type thrown on purpose. `code` comes from the catalogue above. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly members: AppErrorOptions['members'];

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.detail ?? errorCatalogue[code].title, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.members = options.members;
  }
}

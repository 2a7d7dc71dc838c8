/** A conversation of another chat, as far as our log can hold it. */
export type ForeignConversation = {
  source: 'chatgpt' | 'open_webui' | 'librechat';
  /** What it is called there; not long, and the same in every export of it. */
  id: string;
  title: string;
  /** Milliseconds of the epoch. */
  createdAtMs: number | undefined;
  archived: boolean;
  pinned: boolean;
  /** What was in view: one path through what may have been a tree. */
  messages: ForeignMessage[];
  /** Messages on other paths. */
  elsewhere: number;
};

export type ForeignMessage = {
  role: 'user' | 'assistant';
  text: string;
  atMs: number | undefined;
  model: string;
};

/** Whether a text in lower case is as much of a UUID as pages show, or more, up to all of it. Less is found in too many ids to look for them. */
export const isBeginningOfId = (text: string): boolean => /^[0-9a-f-]{8,36}$/.test(text);

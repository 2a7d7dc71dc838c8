import { type ConversationImport, conversationImport } from '../../src/contract/conversation-import.ts';
import { sendFile } from './send-file.ts';

type How = { onProgress(share: number): void; signal: AbortSignal };
const path = '/api/account/import/conversations';

/** What would come of a file of conversations; nothing is stored. */
export const previewConversations = (file: File, how: How): Promise<ConversationImport> =>
  sendFile(conversationImport, `${path}?preview=true`, file, how);
export const importConversations = (file: File, how: How): Promise<ConversationImport> =>
  sendFile(conversationImport, path, file, how);

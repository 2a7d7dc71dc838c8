import { z } from 'zod';
import { type SessionFile, sessionFile } from '../../contract/session-export.ts';
import { AppError } from '../../errors.ts';
import { refuseDangerousKeys } from '../../http/read-body.ts';
import { sha256 } from '../../ids.ts';
import { decodeJson, encodeJson } from '../../store/json.ts';
import { ImportFault } from '../import-fault.ts';
import { chatgptConversation, fromChatgpt } from './chatgpt.ts';
import type { ForeignConversation } from './foreign-conversation.ts';
import { fromLibrechat, librechatConversation } from './librechat.ts';
import { fromOpenWebui, openWebuiConversation } from './open-webui.ts';

export type Recognised = { own: SessionFile } | { foreign: ForeignConversation };

/** One conversation of a file, whichever of the known chats wrote it; a session that this server exported is its own. Pure.
 *  @throws ImportFault */
export function recognise(json: string): Recognised {
  const value = parsedJson(json);
  try {
    // A conversation without an id is known by what it holds.
    return recogniseValue(value, () => sha256(json));
  } catch (error) {
    if (error instanceof ImportFault) throw new ImportFault(error.message, titled.safeParse(value).data?.title);
    throw error;
  }
}

const titled = z.object({ title: z.string() });

function recogniseValue(value: unknown, fallbackId: () => string): Recognised {
  const keys = new Set(typeof value === 'object' && value !== null ? Object.keys(value) : []);
  if (keys.has('mapping')) return { foreign: fromChatgpt(as(chatgptConversation, value, 'ChatGPT'), fallbackId) };
  if (keys.has('chat')) return { foreign: fromOpenWebui(as(openWebuiConversation, value, 'Open WebUI'), fallbackId) };
  if (keys.has('session') && keys.has('events')) {
    refuseKeys(value);
    return { own: as(sessionFile, value, 'Perdure') };
  }
  if (keys.has('conversationId') && (keys.has('messages') || keys.has('messagesTree'))) {
    return { foreign: fromLibrechat(as(librechatConversation, value, 'LibreChat')) };
  }
  throw new ImportFault('It is no conversation of ChatGPT, Open WebUI, LibreChat or Perdure.');
}

function parsedJson(json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ImportFault('It is no JSON.');
  }
  // As the store keeps it: without unpaired surrogates and U+0000.
  return /\\u(?:d[89a-f]|0000)/i.test(json) ? decodeJson<unknown>(encodeJson(value)) : value;
}

function refuseKeys(value: unknown): void {
  try {
    refuseDangerousKeys(value);
  } catch (error) {
    if (error instanceof AppError) throw new ImportFault(error.message);
    throw error;
  }
}

function as<T>(schema: z.ZodType<T>, value: unknown, chat: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.').slice(0, 100) ?? '';
  throw new ImportFault(
    path === ''
      ? `It is not as ${chat} writes a conversation.`
      : `It is not as ${chat} writes a conversation (at ${path}).`,
  );
}

import { feedback, feedbackList, type Rating } from '../../src/contract/feedback.ts';
import { call, command } from './client.ts';

const at = (sessionId: string) => `/api/sessions/${encodeURIComponent(sessionId)}`;
const ofTurn = (sessionId: string, turnId: string) => `${at(sessionId)}/turns/${encodeURIComponent(turnId)}/feedback`;

export const fetchFeedback = (sessionId: string, signal: AbortSignal) =>
  call(feedbackList, 'GET', `${at(sessionId)}/feedback`, { signal });
export const putFeedback = (sessionId: string, turnId: string, body: { rating: Rating; reason?: string }) =>
  call(feedback, 'PUT', ofTurn(sessionId, turnId), { body });
export const removeFeedback = (sessionId: string, turnId: string) => command('DELETE', ofTurn(sessionId, turnId));

import { embedderSettings, testedEmbedder } from '../../src/contract/embedder-settings.ts';
import { call } from './client.ts';

export const fetchEmbedder = (signal: AbortSignal) => call(embedderSettings, 'GET', '/api/admin/embedder', { signal });
export const testEmbedder = () => call(testedEmbedder, 'POST', '/api/admin/embedder/test');

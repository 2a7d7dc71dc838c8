import type { EndpointProblem, ModelPlace } from '../contract/model-endpoints.ts';
import type { SealedPlace } from '../sealing.ts';
import type { Model } from './model.ts';

/** One endpoint as it is set. */
export type EndpointSettings = {
  id: string;
  name: string;
  /** Up to and including the version. */
  baseUrl: string;
  /** Null: none is sent. */
  sealedKey: string | null;
  models: readonly string[];
  continues: boolean;
  /** Each change makes it another. */
  version: number;
};

/** All that says which model answers. */
export type ModelChoices = {
  /** By age. */
  endpoints: readonly EndpointSettings[];
  /** Undefined while nobody chose. */
  chosen: ModelPlace | undefined;
};

export type ModelNames = {
  /** What answers in the name of a reference; of an empty one, the default. */
  labelOf(reference: string): string;
  /** What endpoints are said to serve, and what the environment sets; each once. */
  known: string[];
  /** Whether others can be asked for too. */
  takesOthers: boolean;
};

/** The models that turns are answered with. */
export type ServingModels = {
  /** The model that a turn which begins now is answered with: what is set at this moment, at whichever instance it was set.
   *  @param reference  the name of a model; the default answers where it is empty or left out
   *  @throws AppError when the store cannot be read */
  forTurn(reference?: string): Promise<Model>;
  /** What may be named, as it is set at this moment.
   *  @throws AppError when the store cannot be read */
  names(): Promise<ModelNames>;
  /** The default as it was looked up last. */
  latest(): Model;
};

/** Where an endpoint is, and what it is shown. */
export type EndpointAccess = { baseUrl: string; apiKey: string | undefined };

export type Tried = { durationMs: number; problem: EndpointProblem | null };

/** Tries endpoints. Redirects are not followed, and nothing the other side says is given back but the names of its models. */
export type EndpointProbe = {
  /** Asks the model for a word, as a turn would. */
  ask(at: EndpointAccess, model: string, signal: AbortSignal): Promise<Tried>;
  list(at: EndpointAccess, signal: AbortSignal): Promise<Tried & { models: string[] }>;
};

/** Where an endpoint's key is sealed: it opens for this endpoint at this scheme, host and port alone, whatever becomes of the row. */
export function keyPlace(endpointId: string, baseUrl: string): SealedPlace {
  return { purpose: 'model endpoint key', of: `${endpointId} ${new URL(baseUrl).origin}` };
}

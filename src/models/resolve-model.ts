import { builtIn, fromEnvironment, type ModelPlace } from '../contract/model-endpoints.ts';
import type { ModelChoices } from './endpoints.ts';

/** Where a model of this name is asked. One that several serve is asked at the default's endpoint, else at the environment's, else at the oldest.
 *  One that none is known to serve is asked for at the environment's endpoint, whose models nobody lists, and without that is the default, as
 *  where none is named. Pure.
 *  @param environment  the model that the environment sets; undefined where it sets none
 *  @param takesNames  whether the environment's endpoint can be asked for another */
export function resolveModel(
  choices: Pick<ModelChoices, 'chosen'> & { endpoints: readonly { id: string; models: readonly string[] }[] },
  environment: string | undefined,
  reference?: string,
  takesNames = false,
): ModelPlace {
  const standing = defaultPlace(choices, environment);
  if (reference === undefined || reference === '') return standing;
  const serving = [
    ...(environment === reference ? [fromEnvironment] : []),
    ...choices.endpoints.filter(({ models }) => models.includes(reference)).map(({ id }) => id),
  ];
  const endpointId = serving.includes(standing.endpointId) ? standing.endpointId : serving[0];
  if (endpointId !== undefined) return { endpointId, model: reference };
  return takesNames ? { endpointId: fromEnvironment, model: reference } : standing;
}

function defaultPlace(
  { endpoints, chosen }: Parameters<typeof resolveModel>[0],
  environment: string | undefined,
): ModelPlace {
  const quotes = { endpointId: builtIn, model: builtIn };
  if (chosen && endpoints.some(({ id }) => id === chosen.endpointId)) return chosen;
  if (environment === undefined || chosen?.endpointId === builtIn) return quotes;
  return { endpointId: fromEnvironment, model: environment };
}

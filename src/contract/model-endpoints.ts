import { z } from 'zod';
import { time, uuid } from './common.ts';

/** Ids of the two places that no administrator sets: what the environment names, and the quotes from the documents. */
export const fromEnvironment = 'environment';
export const builtIn = 'built_in';

/** The key under which the choice of the default model is stored. */
export const defaultModelKey = 'models.default';

/** Where a model is asked, and what it is called there. */
export type ModelPlace = { endpointId: string; model: string };

export const endpointLimits = { endpoints: 50, models: 300, key: 2_000 } as const;

const printable = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
const oneLine = (max: number) => z.string().trim().min(1).max(max).regex(printable, 'must be one line');

export const modelName = oneLine(200);

/** Up to and including the version, such as `https://host/v1`; in the form that `URL` gives it, without a slash at its end. */
export const endpointAddress = z
  .string()
  .trim()
  .max(2_000)
  .transform((text, context) => {
    const url = URL.parse(text);
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
      context.addIssue({ code: 'custom', message: 'must be an address that begins with http:// or https://' });
      return z.NEVER;
    }
    if (url.username || url.password || url.search || url.hash) {
      context.addIssue({
        code: 'custom',
        message: 'must have no user, query or fragment; the key has a field of its own',
      });
      return z.NEVER;
    }
    return url.href.replace(/\/+$/, '');
  });

/** What is sent as a bearer token: one line of visible signs, as a header takes it. */
export const endpointKey = z
  .string()
  .trim()
  .min(1)
  .max(endpointLimits.key)
  .regex(/^[\x21-\x7e]+$/, 'must be one line without blanks');

export const endpointBody = z.strictObject({
  name: oneLine(80),
  base_url: endpointAddress,
  /** Null: none is sent. Left out: the one that is stored stays, which it does only at the same scheme, host and port. */
  key: endpointKey.nullable().optional(),
  models: z
    .array(modelName)
    .max(endpointLimits.models)
    .transform((names) => [...new Set(names)]),
  /** It goes on from a trailing assistant message. */
  continues: z.boolean(),
});
export type EndpointBody = z.infer<typeof endpointBody>;

export const changedEndpointBody = endpointBody.extend({
  /** Of the state that was changed; another one is refused. */
  version: z.int().min(1),
});

export const modelEndpoint = z.strictObject({
  id: z.string(),
  name: z.string(),
  base_url: z.string(),
  has_key: z.boolean(),
  /** The key's last four signs, of a long one. */
  key_hint: z.string(),
  models: z.array(z.string()),
  continues: z.boolean(),
  version: z.int(),
  updated_at: time.nullable(),
  /** The environment sets it: it is changed there, and with a restart. */
  is_read_only: z.boolean(),
});
export type ModelEndpoint = z.infer<typeof modelEndpoint>;

export const defaultModelBody = z.strictObject({
  endpoint_id: z.union([uuid, z.literal(fromEnvironment), z.literal(builtIn)]),
  model: modelName,
});
export type DefaultModel = z.infer<typeof defaultModelBody>;

export const modelSettings = z.strictObject({
  /** The environment's first, then by age. */
  endpoints: z.array(modelEndpoint),
  /** What answers where nothing else is said. */
  default: z.strictObject({ endpoint_id: z.string(), model: z.string() }),
});
export type ModelSettings = z.infer<typeof modelSettings>;

/** An endpoint to be tried: one that is set (`of`), with what was changed in the form and not saved. A key that is stored goes to its own
 *  scheme, host and port alone. */
const triedEndpoint = z.strictObject({
  of: z.union([uuid, z.literal(fromEnvironment)]).optional(),
  base_url: endpointAddress.optional(),
  key: endpointKey.nullable().optional(),
});
export type TriedEndpoint = z.infer<typeof triedEndpoint>;
const isWhole = ({ of, base_url }: TriedEndpoint) => of !== undefined || base_url !== undefined;
const wantsAddress = { error: 'base_url is needed without `of`' };

export const listModelsBody = triedEndpoint.refine(isWhole, wantsAddress);
export const testModelBody = triedEndpoint.extend({ model: modelName }).refine(isWhole, wantsAddress);

/** Why an endpoint did not do what was asked of it. */
export const endpointProblem = z.enum([
  'connection_refused',
  'unknown_host',
  'unreachable',
  'bad_certificate',
  'forbidden_address',
  'wrong_key',
  'unknown_model',
  'not_found',
  'redirected',
  'busy',
  'failing',
  'timeout',
  'not_readable',
  'empty_answer',
  'refused',
]);
export type EndpointProblem = z.infer<typeof endpointProblem>;

const tried = {
  /** From the question to the first piece of the answer, or to the failure. */
  duration_ms: z.int(),
  /** Null when it did. Nothing that the other side said is in it. */
  problem: endpointProblem.nullable(),
  /** A sentence for people. */
  message: z.string(),
};
export const testedModel = z.strictObject(tried);
export type TestedModel = z.infer<typeof testedModel>;
export const listedModels = z.strictObject({ ...tried, models: z.array(z.string()) });
export type ListedModels = z.infer<typeof listedModels>;

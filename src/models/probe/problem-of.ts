import type { EndpointProblem } from '../../contract/model-endpoints.ts';
import { forbiddenCode } from '../forbidden-address.ts';
import type { ModelError } from '../model.ts';
import { NoList, NotListed } from './get-models.ts';

/** What a call to a model says of its endpoint. Pure. */
export function problemOfModel({ code, httpStatus, systemCode }: ModelError): EndpointProblem {
  switch (code) {
    case 'model_unauthorized':
      return 'wrong_key';
    case 'model_rate_limited':
      return 'busy';
    case 'model_overloaded':
      return 'failing';
    case 'model_timeout':
      return 'timeout';
    case 'model_refused_request':
      return 'refused';
    case 'model_bad_response':
      return httpStatus !== undefined && httpStatus >= 300 && httpStatus < 400 ? 'redirected' : 'not_readable';
    case 'model_unreachable':
      return problemOfCode(systemCode);
  }
}

/** What an attempt to list models says. Pure. */
export function problemOfList(error: unknown): EndpointProblem {
  if (error instanceof NoList) return 'not_readable';
  if (error instanceof NotListed) return problemOfStatus(error.status);
  return problemOfCode(error instanceof Error && 'code' in error ? String(error.code) : undefined);
}

function problemOfStatus(status: number): EndpointProblem {
  if (status === 401 || status === 403) return 'wrong_key';
  if (status === 404 || status === 405) return 'not_found';
  if (status === 429) return 'busy';
  if (status >= 500) return 'failing';
  return status >= 300 && status < 400 ? 'redirected' : 'refused';
}

/** Of a connection that did not come about, by the code of Node or OpenSSL. */
function problemOfCode(code = ''): EndpointProblem {
  if (code === forbiddenCode) return 'forbidden_address';
  if (code === 'ECONNREFUSED') return 'connection_refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown_host';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code)) return 'bad_certificate';
  if (code === 'ETIMEDOUT') return 'timeout';
  return code.startsWith('HPE_') ? 'not_readable' : 'unreachable';
}

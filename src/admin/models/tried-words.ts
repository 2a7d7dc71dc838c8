import type { EndpointProblem } from '../../contract/model-endpoints.ts';

const words: Record<EndpointProblem, string> = {
  connection_refused:
    'Nothing listens at this address: the connection was refused. Check the port, and whether it runs.',
  unknown_host: 'There is no host of this name. Check the address.',
  unreachable: 'The address cannot be reached from this server.',
  bad_certificate:
    'No encrypted connection came about: the certificate is not trusted, or it speaks http and not https.',
  forbidden_address: 'This address is for machines to ask about themselves. No model is asked there.',
  wrong_key: 'The endpoint refused the key.',
  unknown_model: 'The endpoint answers, and has no model of this name.',
  not_found: 'There is a server, and nothing of this kind at this address. The address often ends in /v1.',
  redirected: 'The endpoint sends on to another address. The key is not sent there: enter that address itself.',
  busy: 'The endpoint answers, and takes no more requests at the moment.',
  failing: 'The endpoint answers that it is not working at the moment.',
  timeout: 'No answer within 20 seconds. A model that is loaded first, or thinks for long, may still work: try again.',
  not_readable: 'Something answers at this address, but not as an endpoint for models does.',
  empty_answer: 'The model answered with no text.',
  refused: 'The endpoint answers, and refused the request.',
};

/** What came of trying, as a sentence. Pure.
 *  @param model  that was asked; undefined where the models were listed */
export function triedWords(problem: EndpointProblem | null, model?: string): string {
  if (problem !== null) return words[problem];
  return model === undefined ? 'The endpoint told its models.' : `${model} answers.`;
}

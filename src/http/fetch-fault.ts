/** Why nothing was read from a web address, in words for whoever named it. A name that nobody has and one that leads inside are told in the
 *  same words, and so are a machine that refuses and one that is silent: nobody learns from them what is inside. */
export const fetchFaults = {
  bad_address: 'Give an address that begins with http:// or https://.',
  long_address: 'An address may have at most 2,000 characters.',
  credentials: 'An address may hold no username and no password.',
  other_port: 'Only the ports 80 and 443 may be read from.',
  not_public:
    'That address leads to nothing on the public internet. Pages of your own network can be read once your administrator allows their host.',
  too_many_redirects: 'That address leads on and on to other addresses.',
  downgrade: 'That address begins with https:// and leads on to one that does not. It was not followed.',
  no_answer: 'No page came from that address: its machine did not answer.',
  not_whole: 'What stands at that address did not arrive whole, and in time.',
  too_large: 'There is more at that address than can be read.',
  untrusted: 'The certificate of that site cannot be trusted. Nothing was read.',
  unknown_packing: 'What stands at that address is packed in a way that cannot be read.',
} as const;

export type FetchFaultCode = keyof typeof fetchFaults;

/** Thrown when nothing can be read from an address. `message` is complete and fit for the user's eyes. */
export class FetchFault extends Error {
  readonly code: FetchFaultCode;

  constructor(code: FetchFaultCode, cause?: unknown) {
    super(fetchFaults[code], { cause });
    this.name = 'FetchFault';
    this.code = code;
  }
}

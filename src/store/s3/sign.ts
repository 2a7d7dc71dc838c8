import { AwsV4Signer } from 'aws4fetch';
import type { Clock } from '../../clock.ts';
import type { FilesAddress } from '../../files-address.ts';

export type Unsigned = {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body: the other side refuses another one. */
  bodySha256: string;
};

/** Keys that are derived from the secret for a day. */
export type SigningCache = Map<string, ArrayBuffer>;

/** The headers of a request, with its signature (AWS Signature Version 4).
 *  @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export async function signedHeaders(
  { address, clock, cache }: { address: FilesAddress; clock: Clock; cache: SigningCache },
  { method, url, headers, bodySha256 }: Unsigned,
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, region } = address;
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: { ...headers, 'x-amz-content-sha256': bodySha256 },
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    cache,
    datetime: clock.now().replace(/[:-]|\.\d{3}/g, ''),
  });
  const signed = await signer.sign();
  return Object.fromEntries(signed.headers);
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../../ids.ts';

export type Signer = { accessKeyId: string; secretAccessKey: string; region: string };

/** As much of a request as its signature covers. */
export type Signed = {
  method: string;
  path: string;
  headers: Readonly<Record<string, string | undefined>>;
  nowMs: number;
};

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
const maxSkewMs = 15 * 60_000;

/** What is wrong with the signature of a request, in S3's word for it; undefined when it is right. Written from the specification, apart
 *  from the library that signs.
 *  @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export function whyRefused(signer: Signer, { method, path, headers, nowMs }: Signed): string | undefined {
  const match = header.exec(headers.authorization ?? '');
  if (!match) return 'AccessDenied';
  const [, accessKeyId = '', day = '', region = '', names = '', signature = ''] = match;
  if (accessKeyId !== signer.accessKeyId) return 'InvalidAccessKeyId';
  if (region !== signer.region) return 'AuthorizationHeaderMalformed';
  const time = headers['x-amz-date'] ?? '';
  const atMs = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(nowMs - atMs) < maxSkewMs) || !time.startsWith(day)) return 'RequestTimeTooSkewed';
  const signedNames = names.split(';');
  const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (mustBeSigned.some((name) => !signedNames.includes(name))) return 'AccessDenied';
  const [rawPath = '', search = ''] = path.split('?');
  const query = search
    .split('&')
    .filter(Boolean)
    .map((each) => (each.includes('=') ? each : `${each}=`))
    .toSorted();
  const canonical = [
    method,
    rawPath,
    query.join('&'),
    ...signedNames.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names,
    headers['x-amz-content-sha256'] ?? '',
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${signer.secretAccessKey}`);
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex')) ? undefined : 'SignatureDoesNotMatch';
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

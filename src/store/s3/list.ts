import { isFileKey } from '../files/file-keys.ts';
import { elementsIn, textIn } from './elements.ts';
import { type S3Client, S3Refusal } from './s3-client.ts';

/** Ages are by the clock of the store, which is the same for all instances. */
export type Listed = { fileKey: string; ageMs: number };

/** S3 gives no more at once, and a store may give fewer. */
const pageKeys = 1_000;

/** All files, some at a time. */
export async function* listFiles(client: S3Client): AsyncGenerator<Listed[]> {
  for (let from: string | undefined = ''; from !== undefined; ) {
    const query = { 'list-type': '2', 'max-keys': String(pageKeys), prefix: client.address.prefix };
    const answer = await client.ask({
      method: 'GET',
      query: from === '' ? query : { ...query, 'continuation-token': from },
    });
    const xml = answer.body.toString('utf8');
    yield elementsIn(xml, 'Contents').flatMap((each) => listed(client, each, 'LastModified', answer.headers.date));
    const next = textIn(xml, 'NextContinuationToken');
    from = textIn(xml, 'IsTruncated') === 'true' && next !== '' ? next : undefined;
  }
}

/** Uploads in parts that nobody ended, the first thousand of them; none where a store does not say (501). */
export async function listUploads(client: S3Client): Promise<(Listed & { uploadId: string })[]> {
  try {
    const query = { uploads: '', prefix: client.address.prefix };
    const { body, headers } = await client.ask({ method: 'GET', query });
    return elementsIn(body.toString('utf8'), 'Upload').flatMap((each) =>
      listed(client, each, 'Initiated', headers.date).map((one) => ({ ...one, uploadId: textIn(each, 'UploadId') })),
    );
  } catch (error) {
    if (error instanceof S3Refusal && error.status === 501) return [];
    throw error;
  }
}

/** None for a name that was not made here. */
function listed({ address }: S3Client, element: string, since: string, now: string | undefined): Listed[] {
  const name = textIn(element, 'Key');
  const fileKey = name.slice(address.prefix.length);
  if (!name.startsWith(address.prefix) || !isFileKey(fileKey)) return [];
  return [{ fileKey, ageMs: Date.parse(now ?? '') - Date.parse(textIn(element, since)) }];
}

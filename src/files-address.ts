/** Where an S3-compatible store keeps the originals, and as whom it is asked. */
export type FilesAddress = {
  /** Scheme, host and port. */
  origin: string;
  bucket: string;
  /** In front of every name: empty, or ends with a slash. */
  prefix: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
};

const bucketPattern = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;
/** Letters that stand for themselves in an address and in what is signed. */
const folderPattern = /^[\w.-]{1,100}$/;
const regionPattern = /^[a-z0-9-]{1,64}$/;

/** Reads `https://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX][?region=REGION]`.
 *  @throws Error in words that hold nothing of the address, for it holds a secret */
export function parseFilesUrl(text: string): FilesAddress {
  if (!URL.canParse(text)) throw new Error('must be an address such as https://KEY:SECRET@host/bucket');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('must begin with https:// or http://');
  if (url.username === '' || url.password === '') {
    throw new Error('must name a key and its secret: https://KEY:SECRET@host/bucket');
  }
  const [bucket = '', ...folders] = url.pathname.replace(/^\/|\/$/g, '').split('/');
  if (!bucketPattern.test(bucket)) throw new Error('must name a bucket after the host: https://KEY:SECRET@host/bucket');
  if (!folders.every((each) => folderPattern.test(each) && !/^\.+$/.test(each))) {
    throw new Error('may have letters, digits, full stops, hyphens and underscores alone in what follows the bucket');
  }
  const unknown = [...url.searchParams.keys()].some((name) => name !== 'region');
  if (unknown || url.hash !== '') throw new Error('may have nothing after the bucket and its folders but ?region=');
  const region = url.searchParams.get('region') ?? 'us-east-1';
  if (!regionPattern.test(region)) throw new Error('names a region that none is called like');
  return {
    origin: url.origin,
    bucket,
    prefix: folders.map((each) => `${each}/`).join(''),
    region,
    accessKeyId: decoded(url.username),
    secretAccessKey: decoded(url.password),
  };
}

/** An address without its key, fit for logs and for people. */
export function nameOfFiles({ origin, bucket, prefix }: FilesAddress): string {
  return `${origin}/${bucket}${prefix === '' ? '' : `/${prefix.slice(0, -1)}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a % in its key or secret: write it as %25');
  }
}

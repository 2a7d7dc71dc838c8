import { openStrictS3, testSigner } from '../../src/store/conformance/s3/strict-s3.ts';

/** A store of files in a process of its own, on the folder, bucket and port that it is told. One line once it serves. */
const { folder, bucket, port } = JSON.parse(process.argv[2] ?? '') as { folder: string; bucket: string; port: number };
const server = await openStrictS3({ ...testSigner, folder, bucket, port });
process.stdout.write(`${server.port}\n`);

import { buildMiniLmModel } from './build-onnx.ts';

try {
  await buildMiniLmModel(process.argv[2] ?? '');
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
process.disconnect?.();

import { InferenceSession } from 'onnxruntime-node';

/** Opens a model file for one thread that runs one small request after another. */
export function openSession(modelPath: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(modelPath, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Requests hold about one passage each, so the arena stays small; without it the process's heap grew by twice as much.
    enableCpuMemArena: true,
    enableMemPattern: false,
    // Spinning threads would hold a core between the batches of an import, which turns and requests need.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

import { OnnxGraph } from '../onnx-proto.ts';

/** A cross-encoder as small as one can be, in the shape of a real one: the score of a pair is how many of the wanted words its second
 *  text holds. Inputs and output are those of a BERT with one class.
 *  @param vocab  the tokenizer's words with their numbers */
export function overlapModel({ vocab, wanted }: { vocab: Record<string, number>; wanted: readonly string[] }): Buffer {
  const graph = new OnnxGraph();
  const worth = new Float32Array(Math.max(...Object.values(vocab)) + 1);
  for (const word of wanted) {
    const id = vocab[word];
    if (id === undefined) throw new Error(`${word} is not a word of the tokenizer`);
    worth[id] = 1;
  }
  const floats = (input: string) => graph.node('Cast', [input], { attributes: { to: 1 } });
  const each = graph.node('Gather', [graph.floats(worth), 'input_ids'], { attributes: { axis: 0 } });
  const counted = graph.node('Mul', [graph.node('Mul', [each, floats('token_type_ids')]), floats('attention_mask')]);
  graph.node('ReduceSum', [counted, graph.integers([1])], { attributes: { keepdims: 1 }, output: 'logits' });
  return graph.encode({
    name: 'overlap',
    inputs: { input_ids: ['B', 'S'], attention_mask: ['B', 'S'], token_type_ids: ['B', 'S'] },
    outputs: { logits: ['B', 1] },
    opsets: { '': 17 },
  });
}

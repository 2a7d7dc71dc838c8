import { OnnxGraph, type ValueName } from '../onnx/onnx-proto.ts';
import type { Tensor } from './safetensors.ts';

export const miniLm = { layers: 6, heads: 12, dimensions: 384, maxPositions: 512 } as const;

type Weights = (name: string) => Tensor;
type Precision = 'int8' | 'fp32';

/** Builds all-MiniLM-L6-v2 as an ONNX model with mean pooling and L2 normalisation inside.
 *  Inputs `input_ids` and `attention_mask` are int64 `[B, S]`; output `sentence_embedding` is float `[B, 384]`.
 *  With `int8`, linear layers are `DynamicQuantizeMatMul` with one scale for each output column, and the word table keeps
 *  one scale for each row, so that the file is 23 MB; `fp32` keeps the published weights and serves as the reference.
 *  @see Reimers, Gurevych 2019 (pooling); https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 */
export function buildBertGraph(weights: Weights, precision: Precision): Buffer {
  const graph = new OnnxGraph();
  const context = { graph, weights, precision };
  const mask = graph.node('Cast', ['attention_mask'], { attributes: { to: 1 } });
  const bias = attentionBias(graph, mask);
  let hidden = embeddings(context);
  for (let layer = 0; layer < miniLm.layers; layer++) {
    hidden = feedForward(context, attention(context, hidden, bias, layer), layer);
  }
  pooling(graph, hidden, mask);
  return graph.encode({
    name: 'all-MiniLM-L6-v2',
    inputs: { input_ids: ['B', 'S'], attention_mask: ['B', 'S'] },
    outputs: { sentence_embedding: ['B', miniLm.dimensions] },
    opsets: { '': 17, 'com.microsoft': 1 },
  });
}

type Context = { graph: OnnxGraph; weights: Weights; precision: Precision };

function embeddings({ graph, weights, precision }: Context): ValueName {
  const words = weights('embeddings.word_embeddings.weight');
  const positions = weights('embeddings.position_embeddings.weight');
  const types = weights('embeddings.token_type_embeddings.weight').data;
  // Every input is one segment, so the first token-type row is added to all positions once, here.
  const shifted = positions.data.map((value, i) => value + (types[i % miniLm.dimensions] ?? 0));
  const length = graph.node('Unsqueeze', [
    graph.node('Gather', [graph.node('Shape', ['input_ids']), graph.integer(1)], { attributes: { axis: 0 } }),
    graph.integers([0]),
  ]);
  const start = graph.integers([0]);
  const position = graph.node('Slice', [graph.floats(shifted, positions.shape), start, length, start]);
  const word =
    precision === 'int8' ? quantizedRows(graph, words) : gather(graph, graph.floats(words.data, words.shape));
  return layerNorm({ graph, weights }, graph.node('Add', [word, position]), 'embeddings.LayerNorm');
}

function gather(graph: OnnxGraph, table: ValueName): ValueName {
  return graph.node('Gather', [table, 'input_ids'], { attributes: { axis: 0 } });
}

function quantizedRows(graph: OnnxGraph, table: Tensor): ValueName {
  const [rows = 0, columns = 0] = table.shape;
  const scales = new Float32Array(rows);
  const quantized = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const values = table.data.subarray(row * columns, (row + 1) * columns);
    const scale = largest(values) / 127 || 1;
    scales[row] = scale;
    for (let column = 0; column < columns; column++) {
      quantized[row * columns + column] = Math.round((values[column] ?? 0) / scale);
    }
  }
  const bytes = gather(graph, graph.bytes(quantized, [rows, columns]));
  const scale = gather(graph, graph.floats(scales, [rows, 1]));
  return graph.node('Mul', [graph.node('Cast', [bytes], { attributes: { to: 1 } }), scale]);
}

function attentionBias(graph: OnnxGraph, mask: ValueName): ValueName {
  const hidden = graph.node('Sub', [graph.scalar(1), graph.node('Unsqueeze', [mask, graph.integers([1, 2])])]);
  return graph.node('Mul', [hidden, graph.scalar(-10_000)]);
}

function attention(context: Context, input: ValueName, bias: ValueName, layer: number): ValueName {
  const { graph } = context;
  const prefix = `encoder.layer.${layer}.attention`;
  const headSize = miniLm.dimensions / miniLm.heads;
  const heads = (part: string, perm: number[]) =>
    graph.node(
      'Transpose',
      [
        graph.node('Reshape', [
          linear(context, input, `${prefix}.self.${part}`),
          graph.integers([0, 0, miniLm.heads, headSize]),
        ]),
      ],
      { attributes: { perm } },
    );
  const products = graph.node('MatMul', [heads('query', [0, 2, 1, 3]), heads('key', [0, 2, 3, 1])]);
  const scaled = graph.node('Mul', [products, graph.scalar(1 / Math.sqrt(headSize))]);
  const weights = graph.node('Softmax', [graph.node('Add', [scaled, bias])], { attributes: { axis: -1 } });
  const mixed = graph.node('Transpose', [graph.node('MatMul', [weights, heads('value', [0, 2, 1, 3])])], {
    attributes: { perm: [0, 2, 1, 3] },
  });
  const joined = graph.node('Reshape', [mixed, graph.integers([0, 0, miniLm.dimensions])]);
  const projected = linear(context, joined, `${prefix}.output.dense`);
  return layerNorm(context, graph.node('Add', [projected, input]), `${prefix}.output.LayerNorm`);
}

function feedForward(context: Context, input: ValueName, layer: number): ValueName {
  const { graph } = context;
  const prefix = `encoder.layer.${layer}`;
  const inner = linear(context, input, `${prefix}.intermediate.dense`);
  const erf = graph.node('Erf', [graph.node('Div', [inner, graph.scalar(Math.SQRT2)])]);
  const gate = graph.node('Mul', [inner, graph.node('Add', [erf, graph.scalar(1)])]);
  const gelu = graph.node('Mul', [gate, graph.scalar(0.5)]);
  const output = linear(context, gelu, `${prefix}.output.dense`);
  return layerNorm(context, graph.node('Add', [output, input]), `${prefix}.output.LayerNorm`);
}

function pooling(graph: OnnxGraph, hidden: ValueName, mask: ValueName): void {
  const wide = graph.node('Unsqueeze', [mask, graph.integers([2])]);
  const sum = (value: ValueName) =>
    graph.node('ReduceSum', [value, graph.integers([1])], { attributes: { keepdims: 0 } });
  const mean = graph.node('Div', [sum(graph.node('Mul', [hidden, wide])), sum(wide)]);
  const norm = graph.node('ReduceL2', [mean], { attributes: { axes: [1], keepdims: 1 } });
  graph.node('Div', [mean, norm], { output: 'sentence_embedding' });
}

function linear({ graph, weights, precision }: Context, input: ValueName, name: string): ValueName {
  const weight = weights(`${name}.weight`);
  const bias = graph.floats(weights(`${name}.bias`).data);
  const [outputs = 0, inputs = 0] = weight.shape;
  if (precision === 'fp32') {
    const matrix = graph.floats(transpose(weight), [inputs, outputs]);
    return graph.node('Add', [graph.node('MatMul', [input, matrix]), bias]);
  }
  const scales = new Float32Array(outputs);
  const quantized = new Int8Array(inputs * outputs);
  for (let output = 0; output < outputs; output++) {
    const row = weight.data.subarray(output * inputs, (output + 1) * inputs);
    const scale = largest(row) / 127 || 1;
    scales[output] = scale;
    for (let i = 0; i < inputs; i++) quantized[i * outputs + output] = Math.round((row[i] ?? 0) / scale);
  }
  const zeros = graph.bytes(new Int8Array(outputs));
  const parts = [input, graph.bytes(quantized, [inputs, outputs]), graph.floats(scales), zeros, bias];
  return graph.node('DynamicQuantizeMatMul', parts, { domain: 'com.microsoft' });
}

function layerNorm({ graph, weights }: Pick<Context, 'graph' | 'weights'>, input: ValueName, name: string): ValueName {
  const scale = graph.floats(weights(`${name}.weight`).data);
  const bias = graph.floats(weights(`${name}.bias`).data);
  return graph.node('LayerNormalization', [input, scale, bias], {
    attributes: { axis: -1, epsilon: { float: 1e-12 } },
  });
}

function transpose({ shape, data }: Tensor): Float32Array {
  const [rows = 0, columns = 0] = shape;
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = data[row * columns + column] ?? 0;
  }
  return out;
}

function largest(values: Float32Array): number {
  let max = 0;
  for (const value of values) max = Math.max(max, Math.abs(value));
  return max;
}

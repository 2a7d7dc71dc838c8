/** Names of values in the graph: the output of a node, or an initializer. */
export type ValueName = string;
export type Attribute = number | readonly number[] | { float: number };
type Dimension = number | string;

/** Collects the nodes and constants of one ONNX graph and writes them as a `ModelProto`.
 *  @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 (field numbers) */
export class OnnxGraph {
  readonly #nodes: Buffer[] = [];
  readonly #initializers: Buffer[] = [];
  #count = 0;

  /** A constant of 32-bit floats. `shape` defaults to one dimension. */
  floats(values: Float32Array, shape: readonly number[] = [values.length]): ValueName {
    return this.#initializer(values, shape, dataType.float);
  }

  /** A constant scalar. */
  scalar(value: number): ValueName {
    return this.floats(Float32Array.of(value), []);
  }

  /** A constant of signed bytes. */
  bytes(values: Int8Array, shape: readonly number[] = [values.length]): ValueName {
    return this.#initializer(values, shape, dataType.int8);
  }

  /** A constant list of 64-bit integers, as shapes and axes are given. */
  integers(values: readonly number[]): ValueName {
    return this.#initializer(BigInt64Array.from(values.map(BigInt)), [values.length], dataType.int64);
  }

  /** A constant 64-bit integer without dimensions. */
  integer(value: number): ValueName {
    return this.#initializer(BigInt64Array.of(BigInt(value)), [], dataType.int64);
  }

  /** Adds a node of one output and returns that output's name. */
  node(
    type: string,
    inputs: readonly ValueName[],
    options: { attributes?: Record<string, Attribute>; output?: ValueName; domain?: string } = {},
  ): ValueName {
    const output = options.output ?? this.#name('v');
    this.#nodes.push(
      Buffer.concat([
        ...inputs.map((input) => field(1, input)),
        field(2, output),
        field(3, this.#name('n')),
        field(4, type),
        ...Object.entries(options.attributes ?? {}).map(([name, value]) => field(5, attributeProto(name, value))),
        ...(options.domain === undefined ? [] : [field(7, options.domain)]),
      ]),
    );
    return output;
  }

  /** The finished model file. Dimensions given as text are free. */
  encode(model: {
    name: string;
    inputs: Record<ValueName, readonly Dimension[]>;
    outputs: Record<ValueName, readonly Dimension[]>;
    opsets: Record<string, number>;
  }): Buffer {
    const values = (number: number, type: number, named: Record<ValueName, readonly Dimension[]>) =>
      Object.entries(named).map(([name, dimensions]) => field(number, valueInfo(name, type, dimensions)));
    const graph = Buffer.concat([
      ...this.#nodes.map((node) => field(1, node)),
      field(2, model.name),
      ...this.#initializers.map((initializer) => field(5, initializer)),
      ...values(11, dataType.int64, model.inputs),
      ...values(12, dataType.float, model.outputs),
    ]);
    const opsets = Object.entries(model.opsets).map(([domain, version]) =>
      field(8, Buffer.concat([field(1, domain), intField(2, version)])),
    );
    return Buffer.concat([intField(1, irVersion), field(2, 'perdure'), field(7, graph), ...opsets]);
  }

  #initializer(values: Float32Array | Int8Array | BigInt64Array, shape: readonly number[], type: number): ValueName {
    const name = this.#name('c');
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push(
      Buffer.concat([...shape.map((size) => intField(1, size)), intField(2, type), field(8, name), field(9, raw)]),
    );
    return name;
  }

  #name(prefix: string): string {
    return `${prefix}${this.#count++}`;
  }
}

const irVersion = 8;
const dataType = { float: 1, int8: 3, int64: 7 } as const;
const attributeType = { float: 1, int: 2, ints: 7 } as const;

function attributeProto(name: string, value: Attribute): Buffer {
  if (typeof value === 'number') {
    return Buffer.concat([field(1, name), intField(3, value), intField(20, attributeType.int)]);
  }
  if ('float' in value) {
    return Buffer.concat([field(1, name), floatField(2, value.float), intField(20, attributeType.float)]);
  }
  return Buffer.concat([field(1, name), ...value.map((item) => intField(8, item)), intField(20, attributeType.ints)]);
}

function valueInfo(name: ValueName, type: number, dimensions: readonly Dimension[]): Buffer {
  const shape = Buffer.concat(
    dimensions.map((size) => field(1, typeof size === 'number' ? intField(1, size) : field(2, size))),
  );
  return Buffer.concat([field(1, name), field(2, field(1, Buffer.concat([intField(1, type), field(2, shape)])))]);
}

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Buffer.from(out);
}

function intField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

function field(number: number, content: Buffer | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function floatField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((number << 3) | 5), bytes]);
}

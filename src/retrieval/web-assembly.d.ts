/** What this folder uses of WebAssembly, whose types come with those of browsers alone.
 *  @see https://webassembly.github.io/spec/js-api */
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;
  class Memory {
    /** In pages of 64 KiB. */
    constructor(size: { initial: number; maximum: number });
    /** Another one after each `grow`. */
    readonly buffer: ArrayBuffer;
    /** @throws RangeError beyond the maximum */
    grow(pages: number): number;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}

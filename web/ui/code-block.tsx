import { type ReactNode, useRef, useState } from 'react';
import { CopyButton } from './copy-button.tsx';

/** Code that scrolls inside itself, with a button that copies it. */
export function CodeBlock({ children }: { children?: ReactNode }) {
  const code = useRef<HTMLPreElement>(null);
  const [text, setText] = useState('');
  const read = () => setText(code.current?.textContent ?? '');
  return (
    // The text is read when the button may be pressed next, not at every piece that streams in.
    <div className="group/code relative" onPointerEnter={read} onFocus={read}>
      <pre
        ref={code}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard too
        tabIndex={0}
        className="overflow-x-auto print:wrap-anywhere print:whitespace-pre-wrap rounded-xl border border-line bg-sunken px-4 py-3 font-mono text-[0.85em] leading-relaxed"
      >
        {children}
      </pre>
      <CopyButton
        text={text}
        label="Copy code"
        className="print:hidden absolute top-1.5 right-1.5 size-8! bg-sunken opacity-0 group-focus-within/code:opacity-100 group-hover/code:opacity-100 pointer-coarse:opacity-100"
      />
    </div>
  );
}

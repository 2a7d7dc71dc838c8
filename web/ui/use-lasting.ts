import { useEffect, useState } from 'react';

/** The value once it has stayed the same for so long, until then the one before: what passes at once is not shown. */
export function useLasting<T>(value: T, ms: number): T {
  const [lasting, setLasting] = useState(value);
  useEffect(() => {
    if (value === lasting) return;
    const timer = setTimeout(() => setLasting(value), ms);
    return () => clearTimeout(timer);
  }, [value, lasting, ms]);
  return lasting;
}

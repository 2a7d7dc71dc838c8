import { type FormEvent, useState } from 'react';

/** A form of a page that one leaves when its work is done; what went wrong stands until the next try. */
export function useEntry(work: (data: FormData) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (data: FormData) => {
    setBusy(true);
    setError(undefined);
    try {
      await work(data);
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void run(new FormData(event.currentTarget));
  };
  return { busy, error, submit };
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Globe } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { addFromAddress } from '../api/knowledge.ts';
import { said, t } from '../i18n/translate.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';

/** Takes the address of a web page; what becomes of it is seen in the list of documents. */
export function AddPage({ corpusId }: { corpusId: string }) {
  const queryClient = useQueryClient();
  const [address, setAddress] = useState('');
  const { mutate, isPending, error, data, reset } = useMutation({
    mutationFn: () => addFromAddress(corpusId, withScheme(address)),
    onSuccess: () => setAddress(''),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [knowledgeKey] }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <form onSubmit={onSubmit} className="mb-5 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <label htmlFor="page-address" className="inline-flex items-center gap-2 text-muted">
          <Globe aria-hidden className="size-5" /> {t('Add a web page')}
        </label>
        <TextInput
          id="page-address"
          className="w-auto! min-w-0 flex-[1_1_16rem]"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder="https://example.org/page"
          maxLength={2000}
          required
          value={address}
          aria-describedby="page-address-outcome"
          onChange={(event) => {
            setAddress(event.target.value);
            if (error || data) reset();
          }}
        />
        <Button type="submit" busy={isPending}>
          {t('Add page')}
        </Button>
      </div>
      <div id="page-address-outcome" className="mt-1 text-xs">
        {error && (
          <p role="alert" className="text-danger">
            {t('Not added: {reason}', { reason: said(error.message) })}
          </p>
        )}
        {data && (
          <p role="status" className="text-muted">
            {data.state === 'ready' ? t('This page is here already.') : t('Added. The list below shows how far it is.')}
          </p>
        )}
      </div>
    </form>
  );
}

/** People copy addresses without what they begin with. */
function withScheme(address: string): string {
  const bare = address.trim();
  return /^[a-z][a-z\d+.-]*:/i.test(bare) ? bare : `https://${bare}`;
}

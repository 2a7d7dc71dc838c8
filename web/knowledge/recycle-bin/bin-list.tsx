import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { asApiError } from '../../api/errors.ts';
import { rich, said, t } from '../../i18n/translate.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { dayAndTime } from '../../ui/time-words.ts';
import { drawnWhole } from '../../ui/use-virtual-rows.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';

/** One thing in a recycle bin, and what can be done with it. */
export type BinItem = {
  id: string;
  name: string;
  /** Its size or its file's name. */
  about: string;
  deletedAt: string;
  deletedBy: string | undefined;
  /** Null where it does not go by itself. */
  keptUntil: string | null;
  restore(): Promise<unknown>;
  purge(): Promise<unknown>;
};

type BinListProps = {
  label: string;
  items: readonly BinItem[];
  /** No more are to come. */
  isWhole: boolean;
  /** What goes with it when it is deleted for good, and that it does so for ever. */
  whatGoes: string;
  /** The query that is asked again after each change. */
  queryKey: readonly string[];
  /** Told instead of the item when restoring is refused because a name is taken. */
  onNameTaken?(item: BinItem): void;
};

export function BinList({ label, items, isWhole, whatGoes, queryKey, onNameTaken }: BinListProps) {
  const queryClient = useQueryClient();
  const [purging, setPurging] = useState<BinItem>();
  return (
    <>
      <VirtualList
        label={label}
        items={items}
        keyOf={idOf}
        rowPx={84}
        isWhole={isWhole}
        allUpTo={drawnWhole}
        className="divide-y divide-line rounded-xl border border-line bg-surface"
        rowClass="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3"
      >
        {(item) => (
          <>
            <div className="min-w-44 flex-1">
              <p className="font-medium wrap-anywhere">{item.name}</p>
              <p className="text-xs wrap-anywhere text-muted">{item.about}</p>
              <p className="mt-0.5 text-xs text-muted">
                {rich('Deleted {when}{isByOne, select, true { by {by}} other {}}', {
                  when: <Moment at={item.deletedAt} />,
                  isByOne: Boolean(item.deletedBy),
                  by: item.deletedBy,
                })}
                {item.keptUntil !== null && ` · ${t('kept until {when}', { when: dayAndTime(item.keptUntil) })}`}
              </p>
            </div>
            <div className="flex items-start gap-1">
              <Restore item={item} queryKey={queryKey} {...(onNameTaken && { onNameTaken })} />
              <IconButton label={t('Delete {name} for good', { name: item.name })} onClick={() => setPurging(item)}>
                <Trash2 aria-hidden />
              </IconButton>
            </div>
          </>
        )}
      </VirtualList>
      <Confirm
        open={purging !== undefined}
        onOpenChange={(open) => !open && setPurging(undefined)}
        title={t('Delete “{name}” for good?', { name: purging?.name ?? '' })}
        action={t('Delete for good')}
        onConfirm={async () => {
          await purging?.purge();
          await queryClient.invalidateQueries({ queryKey });
        }}
      >
        {whatGoes}
      </Confirm>
    </>
  );
}

const idOf = ({ id }: BinItem) => id;

type RestoreProps = { item: BinItem } & Pick<BinListProps, 'queryKey' | 'onNameTaken'>;

function Restore({ item, queryKey, onNameTaken }: RestoreProps) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => item.restore(),
    onError(reason) {
      if (asApiError(reason).code === 'name_taken') onNameTaken?.(item);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  const isToldElsewhere = onNameTaken !== undefined && error !== null && asApiError(error).code === 'name_taken';
  return (
    <span className="inline-flex flex-col items-end">
      <Button busy={isPending} onClick={() => mutate()}>
        <RotateCcw aria-hidden className="size-4" /> {t('Restore')} <span className="sr-only">{item.name}</span>
      </Button>
      {error && !isToldElsewhere && (
        <span role="alert" className="mt-1 max-w-64 text-xs whitespace-normal text-danger">
          {said(error.message)}
        </span>
      )}
    </span>
  );
}

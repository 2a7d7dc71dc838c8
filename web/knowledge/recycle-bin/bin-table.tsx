import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { asApiError } from '../../api/errors.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';

/** One thing in a recycle bin, and what can be done with it. */
export type BinItem = {
  id: string;
  name: string;
  /** Its size or its file's name. */
  about: string;
  deletedAt: string;
  deletedBy: string | undefined;
  keptUntil: string;
  restore(): Promise<unknown>;
  purge(): Promise<unknown>;
};

type BinTableProps = {
  label: string;
  items: readonly BinItem[];
  /** What goes with it when it is deleted for good. */
  whatGoes: string;
  /** Told instead of the row when restoring is refused because a name is taken. */
  onNameTaken?(item: BinItem): void;
};

export function BinTable({ label, items, whatGoes, onNameTaken }: BinTableProps) {
  const queryClient = useQueryClient();
  const [purging, setPurging] = useState<BinItem>();
  return (
    <>
      <TableFrame label={label}>
        <thead className="text-left text-xs text-muted">
          <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
            <th>Name</th>
            <th>Deleted</th>
            <th>Kept until</th>
            <th className="sr-only">Actions</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id} className="border-b border-line align-top last:border-0 *:px-4 *:py-2.5">
              <td className="max-w-80 min-w-44">
                <span className="font-medium wrap-anywhere">{item.name}</span>
                <span className="block truncate text-xs text-muted">{item.about}</span>
              </td>
              <td className="whitespace-nowrap text-muted">
                <Moment at={item.deletedAt} />
                {item.deletedBy && <span className="block text-xs">by {item.deletedBy}</span>}
              </td>
              <td className="whitespace-nowrap text-muted">{new Date(item.keptUntil).toLocaleDateString()}</td>
              <td className="py-1.5! text-right whitespace-nowrap">
                <Restore item={item} {...(onNameTaken && { onNameTaken })} />
                <IconButton label={`Delete ${item.name} for good`} onClick={() => setPurging(item)}>
                  <Trash2 aria-hidden />
                </IconButton>
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <Confirm
        open={purging !== undefined}
        onOpenChange={(open) => !open && setPurging(undefined)}
        title={`Delete “${purging?.name ?? ''}” for good?`}
        action="Delete for good"
        onConfirm={async () => {
          await purging?.purge();
          await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
        }}
      >
        {whatGoes} Answers already given keep their quotes. This cannot be undone.
      </Confirm>
    </>
  );
}

function Restore({ item, onNameTaken }: { item: BinItem } & Pick<BinTableProps, 'onNameTaken'>) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => item.restore(),
    onError(reason) {
      if (asApiError(reason).code === 'name_taken') onNameTaken?.(item);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: [knowledgeKey] }),
  });
  const isToldElsewhere = onNameTaken !== undefined && error !== null && asApiError(error).code === 'name_taken';
  return (
    <span className="inline-flex flex-col items-end">
      <Button busy={isPending} onClick={() => mutate()}>
        <RotateCcw aria-hidden className="size-4" /> Restore <span className="sr-only">{item.name}</span>
      </Button>
      {error && !isToldElsewhere && (
        <span role="alert" className="mt-1 max-w-64 text-xs whitespace-normal text-danger">
          {error.message}
        </span>
      )}
    </span>
  );
}

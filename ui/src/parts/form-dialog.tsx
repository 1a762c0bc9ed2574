import { Button } from '@fluentui/react-components';
import { useId, type ReactNode } from 'react';
import { FormProblem } from './form.tsx';
import { Modal } from './modal.tsx';
import styles from './parts.module.css';
import sheets from './sheets.module.css';
import type { Change } from './use-change.ts';

type Props = {
  title: string;
  verb: string;
  change: Change;
  onClose: () => void;
  children: ReactNode;
};

/** A few fields over the page, with the verb that sends them. Mount it when it is needed. */
export function FormDialog({ title, verb, change: { isPending, error, mutate }, onClose, children }: Props) {
  const id = useId();
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!isPending) mutate();
  };
  return (
    <Modal labelledBy={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      <form className={sheets.form} onSubmit={submit} noValidate>
        {children}
        <FormProblem error={error} />
        <div className={styles.modalActions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" appearance="primary" disabledFocusable={isPending}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

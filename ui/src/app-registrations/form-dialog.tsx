import { Button } from '@fluentui/react-components';
import { useId, type ReactNode } from 'react';
import { FormProblem } from '../parts/form.tsx';
import { Modal } from '../parts/modal.tsx';
import partStyles from '../parts/parts.module.css';
import styles from './app-registrations.module.css';

type Props = {
  title: string;
  verb: string;
  pending: boolean;
  error: Error | null;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** A few fields over the page, with the verb that sends them. Mount it when it is needed. */
export function FormDialog({ title, verb, pending, error, onSubmit, onClose, children }: Props) {
  const id = useId();
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!pending) onSubmit();
  };
  return (
    <Modal labelledBy={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      <form className={styles.form} onSubmit={submit} noValidate>
        {children}
        <FormProblem error={error} />
        <div className={partStyles.modalActions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" appearance="primary" disabledFocusable={pending}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

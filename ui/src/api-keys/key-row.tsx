import { Button } from '@fluentui/react-components';
import type { ApiKey } from '../api/queries.ts';
import sheets from '../parts/sheets.module.css';
import { StateLabel } from '../parts/state-label.tsx';
import { dayText } from '../parts/when.ts';
import styles from './api-keys.module.css';
import { expiryState, placeWords, useWords } from './key-words.ts';
import { grantWords } from './permission-words.ts';

export type KeyAction = 'change' | 'replace' | 'revoke';

type Props = {
  apiKey: ApiKey;
  /** The key beside which it was made, while there is that one. */
  first: ApiKey | undefined;
  now: number;
  zone: string;
  onAction: (action: KeyAction) => void;
};

/** A key in sentences: what it may do, when it was used, until when and from where it is valid. */
export function KeyRow({ apiKey, first, now, zone, onAction }: Props) {
  const { name, hint, permissions, createdAt } = apiKey;
  return (
    <li className={`${sheets.row} ${styles.key}`}>
      <div className={sheets.rowHead}>
        <h2 className={sheets.name}>{name}</h2>
        <StateLabel {...expiryState(apiKey, now, zone)} />
      </div>
      <p className={sheets.quiet}>
        <code>{hint}…</code> · {useWords(apiKey, now, zone)} · Made {dayText(createdAt, zone)}
      </p>
      <p className={sheets.quiet}>
        {grantWords(permissions)} · {placeWords(apiKey)}
      </p>
      {first && (
        <p className={sheets.quiet}>
          Made to take the place of <code>{first.hint}…</code>; revoke that one when it is used no more.
        </p>
      )}
      <div className={styles.actions}>
        <Button onClick={() => onAction('change')} aria-label={`Change ${name}`}>
          Change
        </Button>
        <Button onClick={() => onAction('replace')} aria-label={`Make a second key for ${name}`}>
          Make a second key
        </Button>
        <Button onClick={() => onAction('revoke')} aria-label={`Revoke ${name}`}>
          Revoke
        </Button>
      </div>
    </li>
  );
}

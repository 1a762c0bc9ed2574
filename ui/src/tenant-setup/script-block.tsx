import type { SetupStep } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Verbatim } from '../parts/verbatim.tsx';
import styles from './tenant-setup.module.css';

type Script = SetupStep['scripts'][number];

const shells: Record<Script['shell'], string> = {
  teams: 'Teams PowerShell',
  exchange: 'Exchange Online PowerShell',
  graph: 'Microsoft Graph PowerShell',
};

/** A script to paste whole; long ones scroll in their own box. */
export function ScriptBlock({ script: { title, shell, text } }: { script: Script }) {
  return (
    <figure className={styles.script}>
      <figcaption>
        <span>
          {title} <small>{shells[shell]}</small>
        </span>
        <CopyButton text={text} what={`the script “${title}”`} appearance="secondary" size="small" />
      </figcaption>
      <Verbatim label={`Script: ${title}`}>
        <code>{text}</code>
      </Verbatim>
    </figure>
  );
}

import { ChevronDown20Regular } from '@fluentui/react-icons';
import { useId } from 'react';
import { StateLabel } from '../parts/state-label.tsx';
import { stepStates } from './setup-words.ts';
import { StepBody } from './step-body.tsx';
import { stepButtonId, type StepProps } from './step-props.ts';
import styles from './steps.module.css';

/** One step of the guide: its state at a glance, and what to do once it is opened. */
export function StepPanel({ open, ...props }: StepProps & { open: boolean }) {
  const id = useId();
  const { step, onShow } = props;
  return (
    <li className={styles.step}>
      <h2 className={styles.stepHead}>
        <button
          type="button"
          id={stepButtonId(step.name)}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => onShow(open ? 'none' : step.name)}
        >
          <span className={`${styles.number} ${styles[stepStates[step.state].tone] ?? ''}`} aria-hidden>
            {step.number}
          </span>
          <span>
            <span className="visually-hidden">Step {step.number}: </span>
            {step.title}
            <small>{step.role}</small>
          </span>
          <StateLabel {...stepStates[step.state]} badge />
          <ChevronDown20Regular className={styles.chevron} aria-hidden />
        </button>
      </h2>
      {open && (
        <div id={id} className={styles.stepBody}>
          <StepBody {...props} />
        </div>
      )}
    </li>
  );
}

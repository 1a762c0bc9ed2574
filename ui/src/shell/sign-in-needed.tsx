import { CopyField } from '../parts/copy.tsx';
import { Mark } from './brand.tsx';
import styles from './shell.module.css';

/** Nobody is signed in: says how one gets in, calmly. */
export function SignInNeeded() {
  return (
    <div className={styles.alone}>
      <title>Sign in · Parley</title>
      <main>
        <Mark size={48} />
        <h1>Sign in to Parley</h1>
        <p>
          You sign in with a one-time link. If you have one, open it in this browser. Links work once and for 15
          minutes.
        </p>
        <p>Whoever runs this server makes a new link on the server with:</p>
        <CopyField text="npm run parley -- sign-in you@example.com" what="the command for a sign-in link" />
        <p>
          <a href="/sign-in">More about signing in</a>
        </p>
      </main>
    </div>
  );
}

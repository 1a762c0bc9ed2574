import { oneLine, type EmailContent } from './email.ts';
import { layout } from './letter.ts';
import type { Locale } from './locale.ts';

type Facts = { workspaceName: string; url: string };
type Words = { subject: string; hello: string; what: string; button: string; hint: string; why: string };

/** The link by which somebody sees their own appointments: it works once, and for a quarter of an hour. */
export function visitorLinkLetter({ workspaceName, url }: Facts, locale: Locale): EmailContent {
  const name = oneLine(workspaceName, 80);
  const { subject, hello, what, button, hint, why } = texts[locale];
  const fill = (text: string) => text.replaceAll('{{workspace}}', () => name);
  return layout({
    locale,
    subject: fill(subject),
    blocks: [
      { kind: 'paragraph', text: hello },
      { kind: 'paragraph', text: fill(what) },
    ],
    details: [],
    buttons: [{ label: button, url, main: true }],
    hint,
    footer: fill(why),
  });
}

const texts: Record<Locale, Words> = {
  en: {
    subject: 'Your appointments with {{workspace}}',
    hello: 'Hello,',
    what: 'this link shows you your appointments with {{workspace}}: join, move or cancel them, or ask for another time.',
    button: 'See my appointments',
    hint: 'The link works once, within 15 minutes.',
    why: 'Somebody typed this address on the page of {{workspace}}. If it was not you, ignore this mail: nothing happens.',
  },
  de: {
    subject: 'Ihre Termine bei {{workspace}}',
    hello: 'Guten Tag,',
    what: 'über diesen Link sehen Sie Ihre Termine bei {{workspace}}: teilnehmen, verschieben, absagen oder um einen weiteren Termin bitten.',
    button: 'Meine Termine ansehen',
    hint: 'Der Link funktioniert einmal, innerhalb von 15 Minuten.',
    why: 'Jemand hat diese Adresse auf der Seite von {{workspace}} eingegeben. Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Es passiert nichts.',
  },
  fr: {
    subject: 'Vos rendez-vous avec {{workspace}}',
    hello: 'Bonjour,',
    what: 'ce lien vous montre vos rendez-vous avec {{workspace}} : rejoignez-les, déplacez-les, annulez-les ou demandez-en un autre.',
    button: 'Voir mes rendez-vous',
    hint: 'Le lien fonctionne une seule fois, pendant 15 minutes.',
    why: 'Quelqu’un a saisi cette adresse sur la page de {{workspace}}. Si ce n’était pas vous, ignorez ce message : il ne se passe rien.',
  },
  es: {
    subject: 'Sus citas con {{workspace}}',
    hello: 'Hola:',
    what: 'este enlace le muestra sus citas con {{workspace}}: puede unirse, cambiarlas, cancelarlas o pedir otra.',
    button: 'Ver mis citas',
    hint: 'El enlace funciona una sola vez, durante 15 minutos.',
    why: 'Alguien escribió esta dirección en la página de {{workspace}}. Si no fue usted, ignore este correo: no pasa nada.',
  },
};

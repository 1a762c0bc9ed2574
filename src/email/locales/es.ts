import type { LocaleTexts } from '../locale.ts';

export const es: LocaleTexts = {
  formats: 'es-ES',
  name: 'Español',
  templates: {
    requested: {
      subject: 'Hemos recibido su solicitud: {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

Gracias por solicitar una cita con {{operator.names}}. La hora que figura abajo queda reservada para usted hasta que alguien revise su solicitud.

Le escribiremos en cuanto haya una decisión. No tiene que hacer nada más.`,
    },
    to_approve: {
      subject: '{{visitor.name}} solicita una cita: {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

{{visitor.name}} ({{visitor.email}}) desea una cita a la hora que figura abajo. Queda reservada hasta que usted decida.`,
    },
    approved: {
      subject: 'Su cita está confirmada: {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

Buenas noticias: su cita con {{operator.names}} está confirmada.

{{decision.note}}`,
    },
    declined: {
      subject: 'Su cita no puede celebrarse: {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

Lo sentimos: la cita que figura abajo con {{operator.names}} no puede celebrarse.

{{reason}}

Puede elegir otra hora cuando guste.`,
    },
    confirmed: {
      subject: 'Su cita: {{eventType.title}} con {{operator.names}}',
      body: `Hola, {{recipient.name}}:

Su cita con {{operator.names}} está reservada. Le esperamos con mucho gusto.`,
    },
    confirmed_staff: {
      subject: 'Nueva reserva: {{visitor.name}}, {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

{{visitor.name}} ({{visitor.email}}) ha reservado una cita con usted.`,
    },
    rescheduled: {
      subject: 'Su cita ha cambiado de hora: {{eventType.title}} con {{operator.names}}',
      body: `Hola, {{recipient.name}}:

Su cita con {{operator.names}} ha cambiado de hora. La nueva figura abajo.

Hora anterior: {{when.before}}.`,
    },
    rescheduled_staff: {
      subject: 'Cambio de hora: {{visitor.name}}, {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

La cita de {{visitor.name}} ({{visitor.email}}) ha cambiado de hora. La nueva figura abajo.

Hora anterior: {{when.before}}.`,
    },
    cancelled: {
      subject: 'Cancelada: {{eventType.title}} con {{operator.names}}',
      body: `Hola, {{recipient.name}}:

La cita que figura abajo con {{operator.names}} ha sido cancelada.

{{reason}}`,
    },
    cancelled_staff: {
      subject: 'Cancelada: {{visitor.name}}, {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

La cita de {{visitor.name}} ({{visitor.email}}) ha sido cancelada y la hora vuelve a estar libre.

{{reason}}`,
    },
    reminder: {
      subject: 'Recordatorio: {{eventType.title}} {{time.left}}',
      body: `Hola, {{recipient.name}}:

Un breve recordatorio: su cita con {{operator.names}} empieza {{time.left}}.`,
    },
    link_ready: {
      subject: 'El enlace de su reunión: {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

El enlace de la reunión de Teams que figura abajo ya está listo.`,
    },
    recording_ready: {
      subject: 'Ya puede ver lo que se grabó: {{eventType.title}}',
      body: `Hola, {{recipient.name}}:

Ya puede ver lo que se grabó de su reunión con {{operator.names}}.`,
    },
    connect_again: {
      subject: 'Vuelva a conectar su cuenta de Microsoft: {{account}}',
      body: `Hola, {{recipient.name}}:

{{workspace.name}} crea reuniones de Teams en el calendario de {{account}}. Inicie sesión en Microsoft una vez más y acepte lo que se pide allí. Microsoft le muestra qué es antes de que decida.

{{message}}

{{until.then}}

Le llevará alrededor de un minuto. No se cancela ninguna reunión.`,
    },
    reconnect_needed: {
      subject: 'Hay que volver a conectar Microsoft Teams: {{account}}',
      body: `Hola, {{recipient.name}}:

Parley ya no puede usar la cuenta de Microsoft {{account}} de {{member.name}}. Hasta que se vuelva a conectar, Parley no puede crear, mover ni cancelar reuniones con ella. Las reservas se conservan, y sus reuniones llegarán en cuanto la cuenta esté de vuelta.

Qué hacer
1. Abra las integraciones en Parley, con la sesión de {{member.name}}.
2. Elija «Volver a conectar» (Reconnect) junto a Microsoft Teams e inicie sesión con la misma cuenta.`,
    },
    credential_expiring: {
      subject: 'El {{credential.kind}} «{{credential.name}}» de «{{app.name}}» caduca {{time.left}}',
      body: `Hola, {{recipient.name}}:

El {{credential.kind}} «{{credential.name}}» del registro de aplicación «{{app.name}}» caduca {{time.left}}: {{when}}.

Hasta entonces no cambia nada. Después, Microsoft ya no lo aceptará y, sin otro que funcione, Parley no podrá crear, mover ni cancelar reuniones para los inquilinos de Microsoft 365 de este registro de aplicación.

{{steps}}`,
    },
    credential_expired: {
      subject: 'El {{credential.kind}} «{{credential.name}}» de «{{app.name}}» ha caducado',
      body: `Hola, {{recipient.name}}:

El {{credential.kind}} «{{credential.name}}» del registro de aplicación «{{app.name}}» ha caducado: {{when}}.

Microsoft ya no lo acepta. Si el registro de aplicación tiene otro que funcione, Parley usa ese. Si no, Parley no puede crear, mover ni cancelar reuniones para los inquilinos de Microsoft 365 de este registro de aplicación hasta que tenga uno.

{{steps}}`,
    },
    webhook_failing: {
      subject: 'Los webhooks no llegan a {{endpoint.host}}',
      body: `Hola, {{recipient.name}}:

Desde {{since}} no ha llegado nada de lo que Parley envió a un punto de conexión en {{endpoint.host}}.

Cada mensaje se reintenta durante tres días. Tras cinco días sin un solo éxito, el punto de conexión se desactiva. A partir de entonces Parley pregunta durante 30 días, a intervalos cada vez más largos, si vuelve a responder, y lo activa por sí solo.

Qué hacer
1. Abra el punto de conexión en Parley: sus entregas muestran lo que se envió y lo que se recibió como respuesta.
2. Corrija el receptor y envíe una prueba desde allí. En cuanto llegue un mensaje, los demás seguirán por sí solos.
3. Si ya nadie necesita los mensajes, desactive o elimine el punto de conexión.`,
    },
    webhook_resumed: {
      subject: 'Los webhooks vuelven a llegar a {{endpoint.host}}',
      body: `Hola, {{recipient.name}}:

El punto de conexión en {{endpoint.host}} se desactivó ({{since}}) porque no había llegado nada durante cinco días. Ahora ha vuelto a responder y Parley lo ha activado por sí solo.

Lo que no llegó y lo que ha ocurrido entretanto se envía ahora, empezando por lo más antiguo. No tiene que hacer nada.`,
    },
  },
  words: {
    what: 'Asunto',
    when: 'Cuándo',
    furtherTimes: 'Otras horas',
    with: 'Con',
    where: 'Dónde',
    guest: 'Visitante',
    guests: 'También invitados',
    visitorNote: 'Mensaje',
    teamsMeeting: 'Reunión de Microsoft Teams',
    join: 'Unirse a la reunión de Teams',
    linkFollows: 'El enlace de la reunión de Teams llegará por correo electrónico.',
    manage: 'Mover o cancelar',
    approve: 'Aceptar',
    decline: 'Rechazar',
    decideHint: 'Cada enlace abre una página que pregunta de nuevo. Abrirlo no decide nada.',
    openBooking: 'Abrir la reserva en Parley',
    openConnection: 'Abrir las integraciones en Parley',
    connectAgain: 'Volver a conectar',
    goesOnUntilThen:
      'Hasta entonces sus reuniones siguen como hasta ahora. Lo que necesita los permisos nuevos tiene que esperar.',
    restsUntilThen:
      'Hasta entonces Parley no crea, mueve ni cancela reuniones en este calendario. Las que están reservadas conservan su hora y llegarán en cuanto la cuenta esté de vuelta.',
    connectLinkHint: 'El enlace funciona una sola vez, solo para esta cuenta, durante {{days}} días.',
    openRegistration: 'Abrir el registro de aplicación en Parley',
    openParley: 'Abrir Parley',
    openRecording: 'Ver lo que se grabó',
    stopReminders: 'No recibir más recordatorios',
    calendarSummary: '{{eventType.title}} con {{operator.names}}',
    calendarSummaryStaff: '{{eventType.title}}: {{visitor.name}}',
    whyVisitor: 'Recibe este mensaje porque se indicó esta dirección para una cita con {{workspace.name}}.',
    whyOperator: 'Recibe este mensaje porque atiende citas para {{workspace.name}}.',
    whyAdministrator: 'Recibe este mensaje porque administra {{workspace.name}} en Parley.',
    whyNamed: 'Recibe este mensaje porque su dirección se indicó para un webhook de {{workspace.name}} en Parley.',
    whyConnected: 'Recibe este mensaje porque {{account}} está conectada con {{workspace.name}}.',
    certificate: 'certificado',
    secret: 'secreto de cliente',
    certificateSteps: `Qué hacer
1. Cree un certificado nuevo en la página del registro de aplicación en Parley y descargue su archivo .cer.
2. En Microsoft Entra, abra el registro de aplicación con el identificador de aplicación (cliente) {{app.clientId}} y cargue el archivo en «Certificados y secretos». Puede hacerlo quien tenga el rol de administrador de aplicaciones.
3. Deje que Parley compruebe el nuevo. A partir de entonces Parley lo usa y el antiguo se puede quitar. Ambos pueden existir a la vez; ninguna reunión se ve afectada.`,
    secretSteps: `Qué hacer
1. En Microsoft Entra, abra el registro de aplicación con el identificador de aplicación (cliente) {{app.clientId}} y cree un secreto de cliente nuevo en «Certificados y secretos». Puede hacerlo quien tenga el rol de administrador de aplicaciones.
2. Añada su valor (no el identificador del secreto) en la página del registro de aplicación en Parley. Un certificado duraría más y nunca saldría de Parley.
3. Deje que Parley compruebe el nuevo. A partir de entonces Parley lo usa y el antiguo se puede quitar. Ambos pueden existir a la vez; ninguna reunión se ve afectada.`,
    withinADay: 'en menos de un día',
  },
};

/** The page to try the interface: under the session of the browser, with the token that writes need. */
const session = await fetch('/api/session', { headers: { 'Accept-Language': 'en' } }).then(answer =>
  answer.json(),
);
globalThis.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#interface',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  // Nothing of this system goes to a validator on another server.
  validatorUrl: null,
  requestInterceptor: request => {
    request.headers['Accept-Language'] = 'en';
    if (!/^(get|head)$/i.test(request.method ?? 'get')) request.headers['X-CSRF-Token'] = session.csrf;
    return request;
  },
});

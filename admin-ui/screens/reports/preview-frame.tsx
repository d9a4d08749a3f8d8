import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { styleNonce } from '../../theme/index.ts';

/**
 * A printed paper as the server composed it, in a frame that may run nothing and reach nothing. The frame
 * inherits the page's policy, so its one style element gets the page's nonce.
 */
export function PreviewFrame({ html, title }: { html: string; title: string }) {
  const { t } = useTranslation();
  const page = useMemo(() => html.replace('<style>', `<style nonce="${styleNonce()}">`), [html]);
  return <iframe className="k-preview" sandbox="" srcDoc={page} title={t('report.preview', { title })} />;
}

import { Languages } from 'lucide-react';
import { chooseLanguage, languageChoice, languageChoices } from '../i18n/choice.ts';
import { t } from '../i18n/translate.ts';
import { MenuOptions } from '../ui/menu.tsx';
import { SubMenu } from '../ui/sub-menu.tsx';

/** What the app is written in, for this browser. */
export const LanguageMenu = () => (
  <SubMenu
    label={
      <>
        <Languages aria-hidden /> {t('Language')}
      </>
    }
  >
    <MenuOptions
      label={t('Language')}
      value={languageChoice()}
      options={languageChoices()}
      onChoose={chooseLanguage}
      isNarrow
    />
  </SubMenu>
);

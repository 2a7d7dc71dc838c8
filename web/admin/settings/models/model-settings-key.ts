export const modelSettingsKey = ['model-settings'];

/** A formula as it was written. */
export const FormulaSource = ({ tex }: { tex: string }) => <code className="formula-source">{tex}</code>;

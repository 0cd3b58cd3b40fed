/** How large an organisation's seal is drawn. @source 国发〔1999〕25号: at most 45 mm for institutions and firms */
export const SEAL_DIAMETERS_MM = [38, 40, 42, 45] as const;
export type SealDiameter = (typeof SEAL_DIAMETERS_MM)[number];

/** Where nothing was chosen. */
export const USUAL_SEAL_DIAMETER_MM: SealDiameter = 42;

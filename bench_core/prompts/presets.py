"""A prompt for each finding, in the words of the cohort's reports."""

from collections.abc import Mapping

PRESETS: Mapping[str, str] = {
    "No Finding": "No acute cardiopulmonary abnormality.",
    "Enlarged Cardiomediastinum": "Moderate widening of the mediastinum is noted. No pleural effusion.",
    "Cardiomegaly": "Severe cardiomegaly. No pneumothorax.",
    "Lung Opacity": "Moderate hazy opacity in the right lung.",
    "Lung Lesion": "There is moderate-sized rounded lesion in the right lung.",
    "Edema": "Severe pulmonary edema is present.",
    "Consolidation": "Marked airspace consolidation in the left lung.",
    "Pneumonia": "Moderate patchy pneumonia in the right lung. No pleural effusion.",
    "Atelectasis": "Moderate plate-like atelectasis at the left lung base.",
    "Pneumothorax": "Large right pneumothorax is seen.",
    "Pleural Effusion": "Large pleural effusion on the left.",
    "Pleural Other": "Marked pleural thickening on the right.",
    "Fracture": "Severely displaced rib fracture on the left.",
    "Support Devices": "Endotracheal tube in place. Right central venous catheter.",
}

"""The features: one package for each noun of the business."""

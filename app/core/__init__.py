"""The floor that everything stands on: knows neither HTTP nor any feature."""

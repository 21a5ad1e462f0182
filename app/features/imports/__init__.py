"""Imports: spreadsheets become customers, tried first, approved by another, and taken back."""

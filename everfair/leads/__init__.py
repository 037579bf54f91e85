"""What booth staff note about visitors whose badge they scanned, and what those visitors agreed to."""

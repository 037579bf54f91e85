"""The deals room: inquiries, negotiations and quotations between a buyer and a firm. Agreements and outcomes stand above."""

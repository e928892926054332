"""The reference city: Zhengzhou's real outlines and names, generated below the district from a seed."""

@app @phone @sms
Feature: The personal PIN code
  Six digits, created and repeated on two screens.

  Background:
    Given the guide followed on this phone as far as the personal PIN code

  Scenario: A repeat that differs is refused
    When I create a personal PIN code and repeat another one
    Then the repeated PIN code is refused [S5.A.3a]

  Scenario: Five digits are too few
    When I create a personal PIN code of 5 digits
    Then the screen "Create a personal PIN code" reads "The PIN code must have 6 digits." [H.1]

  Scenario: Seven digits are too many
    When I create a personal PIN code of 7 digits
    Then the screen "Create a personal PIN code" reads "The PIN code must have 6 digits." [H.1]

  Scenario: One that everybody would guess is refused
    When I create a personal PIN code that is easy to guess
    Then the screen "Create a personal PIN code" reads "The PIN code is too easy to guess." [CIR2015-1502-2.3.1]
